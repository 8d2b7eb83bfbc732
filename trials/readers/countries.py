"""The registry's names of countries, and what a place name says of one."""

_NAMES = """
Afghanistan; Albania; Algeria; American Samoa; Andorra; Angola; Anguilla; Antarctica;
Antigua and Barbuda; Argentina; Armenia; Aruba; Australia; Austria; Azerbaijan;
Bahamas; The Bahamas; Bahrain; Bangladesh; Barbados; Belarus; Belgium; Belize; Benin;
Bermuda; Bhutan; Bolivia; Bolivia, Plurinational State of; Bosnia and Herzegovina;
Botswana; Brazil; Brunei; Brunei Darussalam; Bulgaria; Burkina Faso; Burma; Burundi;
Cabo Verde; Cambodia; Cameroon; Canada; Cape Verde; Cayman Islands;
Central African Republic; Chad; Chile; China; Colombia; Comoros; Congo;
Congo, The Democratic Republic of the; Democratic Republic of the Congo;
Republic of the Congo; Cook Islands; Costa Rica; Croatia; Cuba; Curaçao; Cyprus;
Czech Republic; Czechia; Côte D'Ivoire; Côte d'Ivoire; Cote d'Ivoire; Ivory Coast;
Denmark; Djibouti; Dominica; Dominican Republic; Ecuador; Egypt; El Salvador;
Equatorial Guinea; Eritrea; Estonia; Eswatini; Ethiopia; Faroe Islands;
Federated States of Micronesia; Fiji; Finland; Former Serbia and Montenegro;
Former Yugoslavia; France; French Guiana; French Polynesia; Gabon; Gambia; The Gambia;
Georgia; Germany; Ghana; Gibraltar; Greece; Greenland; Grenada; Guadeloupe; Guam;
Guatemala; Guernsey; Guinea; Guinea-Bissau; Guyana; Haiti;
Holy See (Vatican City State); Honduras; Hong Kong; Hungary; Iceland; India; Indonesia;
Iran; Iran, Islamic Republic of; Iraq; Ireland; Isle of Man; Israel; Italy; Jamaica;
Japan; Jersey; Jordan; Kazakhstan; Kenya; Kiribati;
Korea, Democratic People's Republic of; Korea, Republic of; North Korea; South Korea;
Kosovo; Kuwait; Kyrgyzstan; Lao People's Democratic Republic; Laos; Latvia; Lebanon;
Lesotho; Liberia; Libya; Libyan Arab Jamahiriya; Liechtenstein; Lithuania; Luxembourg;
Macao; Macau; Macedonia; Macedonia, The Former Yugoslav Republic of; North Macedonia;
Madagascar; Malawi; Malaysia; Maldives; Mali; Malta; Marshall Islands; Martinique;
Mauritania; Mauritius; Mayotte; Mexico; Micronesia, Federated States of; Moldova;
Moldova, Republic of; Monaco; Mongolia; Montenegro; Montserrat; Morocco; Mozambique;
Myanmar; Namibia; Nauru; Nepal; Netherlands; Netherlands Antilles; New Caledonia;
New Zealand; Nicaragua; Niger; Nigeria; Niue; Northern Mariana Islands; Norway; Oman;
Pakistan; Palau; Palestinian Territories; Palestinian Territories, Occupied;
Palestinian Territory, occupied; Palestinian Territory, Occupied; Panama;
Papua New Guinea; Paraguay; Peru; Philippines; Poland; Portugal; Puerto Rico; Qatar;
Romania; Russia; Russian Federation; Rwanda; Réunion; Reunion; Saint Kitts and Nevis;
Saint Lucia; Saint Vincent and the Grenadines; Samoa; San Marino;
Sao Tome and Principe; São Tomé and Príncipe; Saudi Arabia; Senegal; Serbia;
Serbia and Montenegro; Seychelles; Sierra Leone; Singapore; Slovakia; Slovenia;
Solomon Islands; Somalia; South Africa; South Sudan; Spain; Sri Lanka; Sudan; Suriname;
Swaziland; Sweden; Switzerland; Syria; Syrian Arab Republic; Taiwan;
Taiwan, Province of China; Tajikistan; Tanzania; Tanzania, United Republic of; Thailand;
Timor-Leste; Togo; Tonga; Trinidad and Tobago; Tunisia; Turkey; Turkey (Türkiye);
Türkiye; Turkmenistan; Turks and Caicos Islands; Tuvalu; Uganda; Ukraine;
United Arab Emirates; United Kingdom; United States;
United States Minor Outlying Islands; Uruguay; Uzbekistan; Vanuatu; Venezuela;
Venezuela, Bolivarian Republic of; Vietnam; Viet Nam; Virgin Islands (U.S.);
U.S. Virgin Islands; British Virgin Islands; Western Sahara; Yemen; Zambia; Zimbabwe;
Åland Islands
"""

COUNTRIES = frozenset(" ".join(_NAMES.split()).split("; "))
"""Names that the registry prints today and names that it used to print."""
